using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;
using System.Security.Cryptography;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>
/// A trainer and two parts that train, write whole and incremental sections, and commit them in fulls and deltas; folds, retention, the
/// next trainer. The oracle is a dictionary: what all of them held at the cut of each commit.
/// </summary>
internal sealed class CommitHistory(MemorySnapshotStore store, int seed) : IDisposable
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<Guid, string[]> _states = [];
    private readonly List<SnapshotSegment> _waiting = [];
    private readonly Dictionary<SnapshotSegment, byte[]> _bytes = [];
    private readonly Dictionary<(string Section, string Name), byte[]> _living = [];
    private PartedChain? _parted;
    private int _names;

    /// <summary>How many restores were compared with the oracle.</summary>
    public int Compared { get; private set; }

    public async Task RunAsync(int steps)
    {
        await RestartAsync();
        for (; steps > 0; steps--)
        {
            switch (_random.Next(12))
            {
                case 0 or 1: _parted!.Train(15); break;
                case 2 or 3: await WriteSegmentAsync(); break;
                case 4 or 5 or 6: await CommitAsync(); break;
                case 7 or 8: await SnapshotCompactor.CompactAsync(store); break;
                case 9 or 10: await RetainAsync(_random.Next(1, 4)); break;
                case 11: await RestartAsync(); break;
            }
        }
        await AssertEveryCommitAsync();
    }

    /// <summary>Restores each commit of the manifest from a copy of the store that ends with it.</summary>
    public async Task AssertEveryCommitAsync()
    {
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        var manifest = await new SnapshotPublisher(store).ReadAsync(default);
        for (var count = 1; count <= manifest!.Commits.Count; count++)
        {
            var copy = await CopyOfStore.OfAsync(store);
            var older = new SnapshotManifest(manifest.Chain, manifest.Incarnation, [.. manifest.Commits.Take(count)], manifest.Trainer);
            await copy.TryReplaceManifestAsync(older.ToBytes(), (await copy.ReadManifestAsync())!.Token);
            await AssertRestoresAsync(copy, older.Newest!);
        }
    }

    public void Dispose() => _parted?.Dispose();

    // Part by part, and together.
    private async Task AssertRestoresAsync(MemorySnapshotStore copy, SnapshotCommit commit)
    {
        var expected = _states[commit.Identity];
        using (var parted = await PartedChain.OpenAsync(copy, 0))
            Assert.That(await StateOfAsync(parted.State, parted.Chain), Is.EqualTo(expected), $"parts of {commit}");
        using var tables = PartedChain.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(copy, tables);
        Assert.That(await StateOfAsync(PartedChain.StateOf(tables), chain), Is.EqualTo(expected), $"all of {commit}");
        Compared++;
    }

    private static async Task<string[]> StateOfAsync(string[] rows, SnapshotChain chain)
    {
        var lines = new List<string>([.. rows, .. Sections(chain.RestoredSections)]);
        foreach (var segment in chain.Segments)
        {
            await using var stream = await chain.OpenSegmentAsync(segment);
            lines.Add($"segment {segment.Section} {segment.Name} {Convert.ToHexString(await SHA256.HashDataAsync(stream))}");
        }
        return [.. lines];
    }

    private static IEnumerable<string> Sections(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections) =>
        sections.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"section {s.Key} {Convert.ToHexString(s.Value.Span)}");

    private async Task WriteSegmentAsync()
    {
        var bytes = new byte[_random.Next(200)];
        _random.NextBytes(bytes);
        var section = _random.Next(2) == 0 ? "joiner" : "log";
        var name = $"n{_names++}";
        var segment = await _parted!.Chain.WriteSegmentAsync(
            section, name, async (stream, cancel) => await stream.WriteAsync(bytes, cancel));
        _bytes.Add(segment, bytes);
        _waiting.Add(segment);
    }

    private async Task CommitAsync()
    {
        var parted = _parted!;
        parted.Sections = Enumerable.Range(0, _random.Next(3))
            .ToDictionary(i => $"section {i}", _ => (ReadOnlyMemory<byte>)new[] { (byte)_random.Next(256) });
        var dropped = parted.Chain.Segments.Where(_ => _random.Next(3) == 0).ToList();
        var appended = _waiting.Where(_ => _random.Next(3) > 0).ToList();
        var rows = parted.State;
        var commit = await parted.CommitAsync(() => parted.Train(10), appended: appended, dropped: dropped, isFull: _random.Next(4) == 0);
        _waiting.RemoveAll(appended.Contains);
        foreach (var segment in dropped) _living.Remove((segment.Section, segment.Name));
        foreach (var segment in appended) _living.Add((segment.Section, segment.Name), _bytes[segment]);
        _states[commit.Identity] = [.. rows, .. Sections(parted.Sections), .. _living.Select(Line).Order(StringComparer.Ordinal)];
    }

    private static string Line(KeyValuePair<(string Section, string Name), byte[]> segment) =>
        $"segment {segment.Key.Section} {segment.Key.Name} {Convert.ToHexString(SHA256.HashData(segment.Value))}";

    private Task<IReadOnlyList<StoredFile>> RetainAsync(int commits) =>
        SnapshotCompactor.RetainAsync(store, new() { Commits = commits, Age = TimeSpan.Zero });

    private async Task RestartAsync()
    {
        _parted?.Dispose();
        // Segments that no commit names go with the trainer that wrote them.
        _waiting.Clear();
        _parted = await PartedChain.OpenAsync(store, _random.Next());
    }
}
