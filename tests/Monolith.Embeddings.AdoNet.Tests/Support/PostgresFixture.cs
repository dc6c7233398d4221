using System.Globalization;
using Npgsql;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>
/// A base of tests with a PostgreSQL server, one for each class. Where no server is installed they are ignored, and say so.
/// </summary>
public abstract class PostgresFixture
{
    private static int _number;

    private PostgresServer? _server;

    internal PostgresServer Server => _server!;

    /// <summary>The database of the test, empty when it begins.</summary>
    internal NpgsqlDataSource Database { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        if (PostgresServer.Programs is not { } programs)
        {
            Assert.Ignore("PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or PATH. apt-get install postgresql.");
            return;
        }
        _server = await PostgresServer.StartAsync(programs);
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [SetUp]
    public async Task CreateDatabase()
    {
        var name = "test" + Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
        await using (var server = NpgsqlDataSource.Create(Server.ConnectionString)) await server.RunAsync($"CREATE DATABASE {name}");
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = name });
    }

    [TearDown]
    public async Task CloseDatabase() => await Database.DisposeAsync();
}
