"""Parts against a real PostgreSQL and a real RabbitMQ."""
