"""The software of cameras: `firmware check`, `firmware upgrade`."""
