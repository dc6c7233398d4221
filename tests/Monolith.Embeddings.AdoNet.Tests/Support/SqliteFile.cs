using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>A database of SQLite in a folder of its own.</summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("monolith-sqlite-").FullName;

    private SqliteFile()
    {
        ConnectionString = $"Data Source={Path.Combine(_folder, "clicks.db")}";
        Database = SqliteFactory.Instance.CreateDataSource(ConnectionString);
    }

    public string ConnectionString { get; }

    public DbDataSource Database { get; }

    public static async Task<SqliteFile> CreateAsync(params string[] statements)
    {
        var file = new SqliteFile();
        foreach (var statement in statements) await file.Database.RunAsync(statement);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await using (var connection = new SqliteConnection(ConnectionString)) SqliteConnection.ClearPool(connection);
        Directory.Delete(_folder, recursive: true);
    }
}
