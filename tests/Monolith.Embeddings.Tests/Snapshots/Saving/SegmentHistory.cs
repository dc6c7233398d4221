using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// Writes segments, appends and drops them by commits that are written, given up or fail, folds and cleans, and starts again: what lives,
/// and every byte of it, is what a dictionary says.
/// </summary>
internal sealed class SegmentHistory(MemorySnapshotStore store, int seed) : IDisposable
{
    private readonly Random _random = new(seed);
    private readonly List<SnapshotSegment> _waiting = [];
    private readonly Dictionary<SnapshotSegment, byte[]> _bytes = [];
    private readonly Dictionary<(string, string), byte[]> _living = [];
    private EmbeddingTableSet? _tables;
    private SnapshotChain? _chain;
    private int _names;

    public async Task RunAsync(int steps)
    {
        await RestartAsync();
        for (; steps > 0; steps--)
        {
            switch (_random.Next(9))
            {
                case 0 or 1 or 2: await WriteAsync(); break;
                case 3 or 4: await CommitAsync(); break;
                case 5: await GiveUpAsync(); break;
                case 6: await SnapshotCompactor.CompactAsync(store); break;
                case 7: await CleanAsync(); break;
                case 8: await RestartAsync(); break;
            }
            await AssertLivingAsync();
        }
        await RestartAsync();
        await CleanAsync();
        await AssertNothingIsLeftOverAsync();
    }

    public void Dispose()
    {
        _chain?.Dispose();
        _tables?.Dispose();
    }

    private async Task WriteAsync()
    {
        // Now and then longer than a block.
        var bytes = new byte[_random.Next(4) == 0 ? _random.Next(600_000) : _random.Next(50)];
        _random.NextBytes(bytes);
        // Names are used again once they are free.
        var name = _random.Next(3) == 0 ? $"n{_random.Next(4)}" : $"fresh {_names++}";
        var segment = await _chain!.WriteSegmentAsync(_random.Next(2) == 0 ? "joiner" : "log.é", name, async (stream, cancellation) =>
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancellation);
            stream.Write(bytes.AsSpan(bytes.Length / 2));
        });
        _bytes[segment] = bytes;
        _waiting.Add(segment);
    }

    private async Task CommitAsync()
    {
        var contents = Contents();
        await using var pending = await _chain!.CutAsync(contents);
        await pending.WriteAsync();
        foreach (var segment in contents.DroppedSegments) _living.Remove(segment.Key);
        foreach (var segment in contents.AppendedSegments) _living.Add(segment.Key, _bytes[segment]);
        _waiting.RemoveAll(contents.AppendedSegments.Contains);
    }

    // A commit that is not written changes nothing, and what it would have appended may be appended by the next one.
    private async Task GiveUpAsync()
    {
        await (await _chain!.CutAsync(Contents())).DisposeAsync();
        if (_waiting.Count == 0 || _random.Next(3) > 0) return;
        await _chain.DiscardSegmentsAsync(_waiting);
        _waiting.Clear();
    }

    private SnapshotCommitContents Contents()
    {
        var dropped = _chain!.Segments.Where(_ => _random.Next(4) == 0).ToList();
        var taken = _chain.Segments.Select(s => s.Key).ToHashSet();
        var appended = _waiting.Where(s => taken.Add(s.Key)).ToList();
        return new SnapshotCommitContents
        {
            Sections = new Dictionary<string, ReadOnlyMemory<byte>> { ["joiner"] = new byte[] { (byte)_random.Next(256) } },
            AppendedSegments = appended,
            DroppedSegments = dropped,
            IsFull = _random.Next(6) == 0,
        };
    }

    private Task<IReadOnlyList<StoredFile>> CleanAsync() =>
        SnapshotCompactor.RetainAsync(store, new() { Commits = _random.Next(1, 4), Age = TimeSpan.Zero });

    private async Task RestartAsync()
    {
        Dispose();
        // Segments that no commit names go with the trainer that wrote them.
        _waiting.Clear();
        _tables = TinyChain.CreateTables();
        _chain = await SnapshotChain.OpenAsync(store, _tables);
    }

    private async Task AssertLivingAsync()
    {
        Assert.That(_chain!.Segments.Select(s => s.Key), Is.EquivalentTo(_living.Keys));
        foreach (var segment in _chain.Segments)
        {
            await using var stream = await _chain.OpenSegmentAsync(segment);
            using var found = new MemoryStream();
            await stream.CopyToAsync(found);
            Assert.That(found.ToArray().AsSpan().SequenceEqual(_living[segment.Key]), $"{segment}");
        }
        var manifest = await new SnapshotPublisher(store).ReadAsync(default);
        if (manifest?.Newest is { } newest) Assert.That(manifest.SegmentsOf(newest), Is.EqualTo(_chain.Segments));
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    private async Task AssertNothingIsLeftOverAsync()
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(default);
        var named = manifest!.Files.Select(file => file.Name);
        Assert.That((await store.ListAsync()).Select(file => file.Name), Is.EquivalentTo(named));
    }
}
