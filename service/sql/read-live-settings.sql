SELECT settings FROM live_settings
