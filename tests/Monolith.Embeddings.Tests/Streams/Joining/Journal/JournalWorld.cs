using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;
using Monolith.Embeddings.Streams.Joining.Stores;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Streams.Joining.Journal;

/// <summary>A journal, its chain, and a list of what it ought to hold.</summary>
internal sealed class JournalWorld : IDisposable
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly MemoryAccount _account = new(long.MaxValue);
    private readonly Random _random;
    private readonly string _folder;
    private readonly EmbeddingTableSet _tables = TinyChain.CreateTables();
    private readonly Dictionary<StreamPosition, (long At, long Time, byte[] Bytes)[]> _captured = [];
    private List<(long At, long Time, byte[] Bytes)> _entries = [];
    private readonly List<JoinMark> _marks = [];
    private SnapshotChain? _chain;
    private long _time = 1_000_000, _batches;

    public JournalWorld(int seed, SnapshotStore store, string folder)
    {
        (_random, Store, _folder) = (new Random(seed), store, folder);
        Journal = Create();
        _marks.Add(new JoinMark(StreamPosition.Start, JoinFrontier.Start, 0, 0, default, JoinDecisions.None));
    }

    public SnapshotStore Store { get; }

    public JoinJournal Journal { get; private set; }

    /// <summary>How many bytes commits wrote into segments.</summary>
    public long SavedBytes { get; private set; }

    /// <summary>How many bytes were appended.</summary>
    public long AppendedBytes { get; private set; }

    /// <summary>The segments of the newest commit.</summary>
    public IReadOnlyList<SnapshotSegment> Living => _chain!.Segments;

    /// <summary>The marks that can be asked for, the newest last.</summary>
    public IEnumerable<JoinMark> Marks => _marks.TakeLast(ExampleSource.KeptStates);

    /// <summary>A batch with new entries, and the marks that go with it.</summary>
    /// <param name="entries">How many.</param>
    /// <param name="step">How far the time goes with each at most, in milliseconds.</param>
    public void Batch(int entries, int step)
    {
        for (var i = 0; i < entries; i++)
        {
            _time += _random.Next(step);
            var bytes = Entry();
            _entries.Add((Journal.Append(_time, bytes), _time, bytes));
            AppendedBytes += bytes.Length;
        }
        var start = _entries.Where(e => e.Time > _time - Life.TotalMilliseconds).Select(e => e.At).DefaultIfEmpty(Journal.End).First();
        var position = new StreamPosition(BitConverter.GetBytes(++_batches));
        var counts = new JoinCounts { Joined = _batches };
        var mark = new JoinMark(position, new JoinFrontier(_time, 0), start, Journal.End, counts, JoinDecisions.None);
        Journal.Mark(mark);
        _marks.Add(mark);
    }

    public SourceState Capture(in JoinMark mark)
    {
        var state = new SourceState();
        Journal.Capture(mark.Position, state);
        _captured[mark.Position] = [.. _entries];
        return state;
    }

    /// <summary>Writes a state that was captured, and commits it, as a trainer does.</summary>
    public async Task CommitAsync(SourceState state, JoinMark mark)
    {
        _chain ??= await OpenAsync();
        var before = _chain.Segments;
        var sections = state.Sections.ToDictionary();
        sections.Add("position", mark.Position.Bytes);
        var contents = new SnapshotCommitContents
        {
            Sections = sections,
            WriteSegments = (chain, stopping) => SavedSource.SaveSegmentsAsync(state, chain, stopping),
        };
        await using var pending = await _chain.CutAsync(contents);
        await pending.WriteAsync();
        SavedBytes += _chain.Segments.Except(before).Sum(segment => segment.File.Length);
    }

    /// <summary>Ends as a crash does, and begins again with the newest commit.</summary>
    public async Task RestartAsync()
    {
        Journal.Dispose();
        _chain?.Dispose();
        (_chain, Journal) = (await OpenAsync(), Create());
        if (_chain.Newest is null)
        {
            Forget(_marks[0] with { Position = StreamPosition.Start, JournalEnd = 0, JournalStart = 0 });
            return;
        }
        var (position, state) = Restored();
        var mark = await Journal.RestoreAsync(position, state, CancellationToken.None);
        // The story that was committed may be another than that which the crash ended.
        _entries = [.. _captured[position]];
        Forget(mark);
        Require(mark);
    }

    /// <summary>The state of the newest commit.</summary>
    public (StreamPosition Position, SourceState State) Restored()
    {
        var state = new SourceState();
        foreach (var (name, bytes) in _chain!.RestoredSections.Where(section => section.Key != "position")) state.Add(name, bytes);
        foreach (var saved in _chain.Segments) state.Keep(SourceSegment.Of(saved, token => _chain.OpenSegmentAsync(saved, token)));
        return (new StreamPosition(_chain.RestoredSections["position"]), state);
    }

    /// <summary>Goes back to a batch; what follows is another story.</summary>
    public void Rewind(in JoinMark mark)
    {
        Assert.That(Journal.Rewind(mark.Position), Is.EqualTo(mark));
        RemoveFrom(mark.JournalEnd);
        var kept = _marks.IndexOf(mark) + 1;
        _marks.RemoveRange(kept, _marks.Count - kept);
        _time = Math.Max(mark.Frontier.Time, 1_000_000);
        Require(mark);
    }

    /// <summary>Requires the journal to hold what was appended.</summary>
    public void Require(in JoinMark mark)
    {
        Assert.That(Journal.End, Is.GreaterThanOrEqualTo(mark.JournalEnd));
        foreach (var (at, _, bytes) in _entries)
        {
            if (at < mark.JournalStart || at >= mark.JournalEnd) continue;
            var read = new byte[bytes.Length];
            Assert.That(Journal.Read(at, read), Is.EqualTo(read.Length));
            Assert.That(read, Is.EqualTo(bytes), $"entry at {at}");
        }
    }

    public JoinJournal Create(string window = "10 min")
    {
        var options = new JoinStoreOptions { MemoryBytes = JoinStoreOptions.LeastMemoryBytes, Folder = _folder };
        return new JoinJournal(new DiskJoinStore(options, _account), Life, new JoinTerms([new("Window", window), new("Key", "text")]));
    }

    public void Dispose()
    {
        Journal.Dispose();
        _chain?.Dispose();
        _tables.Dispose();
    }

    // Positions go on counting: no two batches of a story have one, so that an old mark is never taken for another's.
    private void Forget(JoinMark mark)
    {
        RemoveFrom(mark.JournalEnd);
        _marks.Clear();
        _marks.Add(mark);
        _time = Math.Max(mark.Frontier.Time, 1_000_000);
    }

    private async Task<SnapshotChain> OpenAsync()
    {
        _tables.Tables[0].Clear();
        return await SnapshotChain.OpenAsync(Store, _tables, new());
    }

    private byte[] Entry()
    {
        var key = 1 + _random.Next(30);
        var head = new JoinEntryHead(
            JoinEntryHead.Bytes + key + _random.Next(_random.Next(50) == 0 ? 20_000 : 700), JoinEntryKind.Impression, key, _time);
        var bytes = new byte[head.Length];
        _random.NextBytes(bytes);
        head.Write(bytes);
        return bytes;
    }

    private void RemoveFrom(long end) => _entries.RemoveAll(entry => entry.At >= end);
}
