"""What recorded fetches mean for JavaScript: readable or hidden, expectations, quirks, console messages."""
