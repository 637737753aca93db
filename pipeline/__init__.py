"""slipway: a delivery pipeline that every change rehearses to the end."""
