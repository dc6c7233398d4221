using System.Data.Common;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>Statements in one call.</summary>
internal static class Databases
{
    public static async Task RunAsync(this DbDataSource database, string statement)
    {
        await using var command = database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task RunAsync(this DbConnection connection, string statement)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<List<long>> NumbersAsync(this DbDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        await using var rows = await command.ExecuteReaderAsync();
        var numbers = new List<long>();
        while (await rows.ReadAsync()) numbers.Add(rows.GetInt64(0));
        return numbers;
    }
}
