using Monolith.Embeddings.AdoNet.Tests.Support;

namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>SQLite has one writer at a time: applications give ids and times, and write rows later.</summary>
internal sealed class SqliteTable(SqliteFile file) : ISimulatedTable
{
    private long _nextId = 1;

    public Task<ISimulatedWriter> BeginAsync(Random random) => Task.FromResult<ISimulatedWriter>(new Writer(this));

    public Task SetClockAsync(long now) => file.Database.RunAsync($"UPDATE clock SET now = {now}");

    private sealed class Writer(SqliteTable table) : ISimulatedWriter
    {
        private readonly List<string> _rows = [];

        public Task<long> InsertAsync(long at)
        {
            _rows.Add($"({table._nextId}, {at})");
            return Task.FromResult(table._nextId++);
        }

        public Task CommitAsync() =>
            _rows.Count == 0 ? Task.CompletedTask : table.File.Database.RunAsync($"INSERT INTO clicks VALUES {string.Join(", ", _rows)}");

        public Task RollbackAsync() => Task.CompletedTask;
    }

    private SqliteFile File => file;
}
