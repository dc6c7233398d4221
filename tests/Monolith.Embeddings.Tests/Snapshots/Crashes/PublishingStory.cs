using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A trainer that takes a chain over, publishes commits, compacts, and cleans up; where the store fails it looks what is there and tries
/// again. Knows every manifest that it proposed, and the last one that the store reported as durable.
/// </summary>
internal sealed class PublishingStory(SnapshotStore store)
{
    private const int Commits = 4;
    private readonly SnapshotPublisher _publisher = new(store);
    private readonly List<byte[]> _proposed = [];
    private int _reported = -1, _files;

    public SnapshotManifest? Manifest { get; private set; }

    public async Task RunAsync()
    {
        while (Manifest is null) await TryAsync(() => ChangeAsync(m => m?.TakeOver() ?? SnapshotManifest.Begin(TestSnapshot.Chain)));
        for (var number = 1ul; number <= Commits; number++)
        {
            while (Manifest!.Newest is null || Manifest.Newest.Number < number)
            {
                var delta = number;
                await TryAsync(() => AppendAsync(delta));
            }
        }
        while (Manifest.Commits.Count == Commits) await TryAsync(CompactAsync);
        while (Manifest.Commits.Count > 2)
            await TryAsync(() => ChangeAsync(m => m!.Retain(new() { Commits = 1, Age = TimeSpan.Zero }, TestChain.Start.AddDays(1))));
        await TryAsync(DeleteAsync);
    }

    /// <summary>
    /// What a store that was reopened must hold: the last reported manifest or one proposed after it, with all its files whole.
    /// </summary>
    public async Task AssertHeldByAsync(SnapshotStore reopened)
    {
        var stored = await reopened.ReadManifestAsync();
        var found = stored is null ? -1 : _proposed.FindLastIndex(m => stored.Bytes.Span.SequenceEqual(m));
        if (found < _reported) Assert.Fail($"The store holds manifest {found} of {_proposed.Count}, and {_reported} was reported durable.");
        if (stored is null) return;
        Assert.That(found, Is.Not.Negative, "The store holds a manifest that was never written.");
        foreach (var entry in SnapshotManifest.Parse(stored.Bytes.Span).Files)
        {
            using var reader = SnapshotReader.Open(await reopened.OpenAsync(entry.Name), entry);
            reader.Verify();
        }
    }

    /// <summary>A reader that saw this manifest counts as a report.</summary>
    public void Seen(StoredManifest? manifest)
    {
        if (manifest is not null) _reported = Math.Max(_reported, _proposed.FindLastIndex(m => manifest.Bytes.Span.SequenceEqual(m)));
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (SnapshotException)
        {
            var stored = await store.ReadManifestAsync();
            if (stored is null) return;
            Manifest = SnapshotManifest.Parse(stored.Bytes.Span);
            Seen(stored);
        }
    }

    private async Task ChangeAsync(Func<SnapshotManifest?, SnapshotManifest> change)
    {
        Manifest = await _publisher.ChangeAsync(
            old =>
            {
                var next = change(old);
                _proposed.Add(next.ToBytes());
                return next;
            },
            default);
        _reported = _proposed.FindLastIndex(m => m.AsSpan().SequenceEqual(Manifest.ToBytes()));
    }

    private async Task AppendAsync(ulong number)
    {
        var commit = number == 1 ? TestChain.Full(1, 1) : TestChain.Delta(number, number - 1, number);
        var file = await WriteAsync("file", number);
        await ChangeAsync(m => m!.Append(commit with { Training = file, Serving = null, Incarnation = m.Incarnation }));
    }

    private async Task CompactAsync()
    {
        var file = await WriteAsync("full", 3);
        await ChangeAsync(m => m!.Compact(TestChain.Full(3, 3) with { Training = file, Serving = null, Incarnation = m.Incarnation }));
    }

    private async Task DeleteAsync()
    {
        var named = Manifest!.Files.Select(f => f.Name).ToHashSet();
        foreach (var file in await store.ListAsync())
        {
            if (!named.Contains(file.Name)) await store.DeleteAsync(file.Name);
        }
    }

    private async Task<SnapshotFileEntry> WriteAsync(string role, ulong number)
    {
        await using var file = await store.CreateAsync($"{role}-{number}-{_files++}");
        // A buffer so small that there are several writes to fail.
        var writer = new SnapshotWriter(file, TestSnapshot.Header with { To = 100 + number }, bufferBytes: 150);
        var section = writer.AddSection("rows");
        writer.WriteBlock(section, 2, 3, 2, TestSnapshot.Rows(200, (int)number));
        var entry = writer.Complete(file.Name);
        await file.CommitAsync();
        return entry;
    }
}
