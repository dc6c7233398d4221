using System.Globalization;
using System.Text.Json;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A process that writes a part: restores it, then reads plans from its input, a line of JSON each, sets rows that follow from the number
/// of the commit, and answers with the part that it wrote.
/// </summary>
public static class PartProcess
{
    /// <summary>The verb of the command line.</summary>
    public const string Part = "part";

    /// <summary>The line that it says once its part is restored.</summary>
    public const string Ready = "ready";

    /// <summary>How many processes share the ids.</summary>
    public const int Processes = 3;

    /// <summary>Tables of one segment.</summary>
    public static EmbeddingTableSet CreateTables()
    {
        var table = new EmbeddingTableOptions { Name = "rows", Stripes = 2 };
        table.Segments.Add(new()
        {
            Name = "vector",
            Dimension = 2,
            Optimizer = new SgdOptions { LearningRate = 1 },
            Initializer = new ConstantInitializerOptions { Value = 0 },
        });
        return new EmbeddingTableSet(new TableSchema([table]), new() { Seed = 1, MemoryLimitBytes = 16 << 20 });
    }

    /// <summary>Brings tables to what they hold at a commit: the same, however often it is tried.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="process">Whose ids they hold.</param>
    /// <param name="commit">The number of the commit.</param>
    public static void Train(EmbeddingTableSet tables, int process, ulong commit)
    {
        var first = (long)commit * 10;
        long[] ids = [.. Enumerable.Range(0, 6).Select(i => ((first + i) * Processes) + process)];
        float[] values = [.. ids.SelectMany(id => new float[] { id, commit })];
        tables.Tables[0].Assign(ids, values, DateTimeOffset.FromUnixTimeSeconds(1000 + (long)commit));
        // One of the commit before.
        tables.Tables[0].Remove([((first - 10) * Processes) + process]);
    }

    /// <summary>Runs until the input ends.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="name">The part's name.</param>
    /// <param name="process">Whose ids it holds.</param>
    public static async Task RunAsync(string folder, string name, int process)
    {
        using var tables = CreateTables();
        using var writer = await SnapshotPartWriter.OpenAsync(new FileSnapshotStore(folder), tables, name);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ready} {tables.Count}"));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var plan = JsonSerializer.Deserialize<SnapshotPartPlan>(line)!;
            Train(tables, process, plan.Number);
            await using var cut = await writer.CutAsync(plan);
            Console.WriteLine(JsonSerializer.Serialize(await cut.WriteAsync()));
        }
    }
}
