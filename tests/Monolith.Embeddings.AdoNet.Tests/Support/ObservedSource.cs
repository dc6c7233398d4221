using System.Data;
using System.Data.Common;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>Connections of another source of data, counted while they are open.</summary>
internal sealed class ObservedSource(DbDataSource inner) : DbDataSource
{
    private int _open, _opened;

    public int Open => Volatile.Read(ref _open);

    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Called before each opening, with its number from 1.</summary>
    public Action<int> Opening { get; set; } = static _ => { };

    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection()
    {
        var connection = inner.CreateConnection();
        connection.StateChange += (_, change) => Count(change);
        Opening(Interlocked.Increment(ref _opened));
        return connection;
    }

    private void Count(StateChangeEventArgs change)
    {
        if (change.CurrentState == ConnectionState.Open) Interlocked.Increment(ref _open);
        if (change.CurrentState == ConnectionState.Closed) Interlocked.Decrement(ref _open);
    }
}
