using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>What a process does to a store's folder besides training, for tests of several processes at once.</summary>
public static class StoreWriter
{
    /// <summary>Begins a file, says so, and commits it when a line is read from the input.</summary>
    public const string Hold = "hold";

    /// <summary>Commits files, each by a store of its own, so that each looks for leftovers.</summary>
    public const string Files = "files";

    /// <summary>Takes the chain over again and again.</summary>
    public const string TakeOver = "take-over";

    /// <summary>The line that <see cref="Hold"/> says.</summary>
    public const string Holding = "holding";

    /// <summary>The name of the file that <see cref="Hold"/> commits.</summary>
    public const string HeldFile = "held";

    /// <param name="verb">One of the above.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="name">What names of files begin with.</param>
    /// <param name="count">How often.</param>
    public static Task RunAsync(string verb, string folder, string name, int count) => verb switch
    {
        Hold => HoldAsync(folder),
        Files => FilesAsync(folder, name, count),
        TakeOver => TakeOverAsync(folder, count),
        _ => throw new ArgumentException($"'{verb}' is no verb.", nameof(verb)),
    };

    /// <summary>Commits files.</summary>
    public static async Task FilesAsync(string folder, string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var fileName = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            await using var file = await new FileSnapshotStore(folder).CreateAsync(fileName);
            file.WriteByte(1);
            await file.CommitAsync();
        }
    }

    private static async Task HoldAsync(string folder)
    {
        await using var file = await new FileSnapshotStore(folder).CreateAsync(HeldFile);
        file.WriteByte(1);
        Console.WriteLine(Holding);
        Console.ReadLine();
        await file.CommitAsync();
    }

    private static async Task TakeOverAsync(string folder, int count)
    {
        var store = new FileSnapshotStore(folder);
        while (count > 0)
        {
            var stored = await store.ReadManifestAsync();
            var next = stored is null ? SnapshotManifest.Begin(Guid.NewGuid()) : SnapshotManifest.Parse(stored.Bytes.Span).TakeOver();
            if (await store.TryReplaceManifestAsync(next.ToBytes(), stored?.Token) is not null) count--;
        }
    }
}
