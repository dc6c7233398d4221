using Monolith.Embeddings.AdoNet.Tests.Support;
using Npgsql;

namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>PostgreSQL: transactions of several sessions, with save points, and prepared ones.</summary>
internal sealed class PostgresTable(NpgsqlDataSource database) : ISimulatedTable
{
    private int _writers;

    public async Task<ISimulatedWriter> BeginAsync(Random random)
    {
        var connection = await database.OpenConnectionAsync();
        await connection.RunAsync("BEGIN ISOLATION LEVEL " + (random.Next(2) == 0 ? "READ COMMITTED" : "REPEATABLE READ"));
        return new Writer(database, connection, random.Next(4) == 0, random.Next(4) == 0 ? $"writer{_writers++}" : null);
    }

    public Task SetClockAsync(long now) => database.RunAsync($"UPDATE clock SET now = {now}");

    private sealed class Writer(NpgsqlDataSource database, NpgsqlConnection connection, bool savesPoints, string? prepared)
        : ISimulatedWriter
    {
        public async Task<long> InsertAsync(long at)
        {
            if (savesPoints)
            {
                // Rows of a transaction inside carry the number of the whole.
                await connection.RunAsync("SAVEPOINT lost");
                await connection.RunAsync($"INSERT INTO clicks (at) VALUES ({at})");
                await connection.RunAsync("ROLLBACK TO SAVEPOINT lost");
                await connection.RunAsync("SAVEPOINT kept");
            }
            await using var insert = new NpgsqlCommand($"INSERT INTO clicks (at) VALUES ({at}) RETURNING id", connection);
            return (long)(await insert.ExecuteScalarAsync())!;
        }

        public async Task CommitAsync()
        {
            if (prepared is null)
            {
                await connection.RunAsync("COMMIT");
            }
            else
            {
                await connection.RunAsync($"PREPARE TRANSACTION '{prepared}'");
                await database.RunAsync($"COMMIT PREPARED '{prepared}'");
            }
            await connection.DisposeAsync();
        }

        public async Task RollbackAsync()
        {
            await connection.RunAsync("ROLLBACK");
            await connection.DisposeAsync();
        }
    }
}
