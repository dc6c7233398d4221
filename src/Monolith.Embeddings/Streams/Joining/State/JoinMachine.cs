using System.IO.Hashing;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Index;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>
/// Joins what is put in the order of processing: of each millisecond its impressions, its actions, and then what goes out. What it knows is
/// made of the journal that it writes. Not thread-safe.
/// </summary>
internal sealed partial class JoinMachine : IJoinReplay
{
    private const int LookUpBytes = 512, ForwardBytes = 32 << 10;

    // Of a place in the index: what lies there, and of an action whether it counts for an impression.
    private const int IsImpression = 0, IsWaiting = 1, IsMatched = 2;

    private readonly JoinSettings _settings;
    private readonly JoinJournal _journal;
    private readonly JoinIndex _index;
    private readonly JournalReader _lookUps, _rows;
    private readonly JournalCursor _closing, _deciding, _forgetting;
    private readonly ActionStates _actions = new();
    private readonly EmissionList _emissions;
    private readonly ActionRun _run = new();
    private readonly List<FoundEntry> _found = [];
    private JoinCounts _counts;
    private long _open;
    private int _forgotten;

    /// <param name="settings">How to join.</param>
    /// <param name="journal">What was processed; empty.</param>
    /// <param name="index">Finds keys in it; empty.</param>
    public JoinMachine(JoinSettings settings, JoinJournal journal, JoinIndex index)
    {
        (_settings, _journal, _index) = (settings, journal, index);
        (_lookUps, _rows) = (new JournalReader(journal, LookUpBytes), new JournalReader(journal, ForwardBytes));
        _closing = new JournalCursor(journal, JoinEntryKind.Impression);
        _deciding = new JournalCursor(journal, JoinEntryKind.Action);
        _forgetting = new JournalCursor(journal, null);
        _emissions = new EmissionList(settings.Tasks.Length);
        Clear();
    }

    /// <summary>How far it has come.</summary>
    public JoinFrontier Frontier => new(Time, Emitted + _forgotten, _forgotten);

    /// <summary>Everything up to this millisecond is processed.</summary>
    public long Time { get; private set; }

    /// <summary>How many emissions of it were taken.</summary>
    public int Emitted { get; private set; }

    /// <summary>What it counted.</summary>
    public ref readonly JoinCounts Counts => ref _counts;

    /// <summary>How many impressions wait for the close of their windows.</summary>
    public long OpenImpressions => _open;

    /// <summary>How many impressions have actions that are remembered.</summary>
    public long ImpressionsWithActions => _actions.Count;

    /// <summary>The first entry of the journal that still counts.</summary>
    public long JournalStart => _forgetting.Offset;

    /// <summary>
    /// The next millisecond at which something is to be done without any record; <see cref="long.MaxValue"/> where there is none.
    /// </summary>
    public long NextTime
    {
        get
        {
            var next = _closing.TryPeek(out var impression) ? impression.Time + _settings.Window : long.MaxValue;
            return _deciding.TryPeek(out var action) ? Math.Min(next, action.Time + _settings.Backward) : next;
        }
    }

    /// <summary>Begins a millisecond, later than the one before, whose emissions were all taken.</summary>
    public void Begin(long time)
    {
        Time = time;
        (Emitted, _forgotten) = (0, 0);
        _emissions.Clear();
        _run.Clear();
    }

    /// <summary>Ends the millisecond: closes, decides, and puts what goes out in order.</summary>
    public void End()
    {
        while (_closing.TryPeek(out var impression) && impression.Time + _settings.Window <= Time) Close();
        while (_deciding.TryPeek(out var action) && action.Time + _settings.Backward <= Time) Decide();
        while (_forgetting.TryPeek(out var entry) && entry.Time + _settings.Horizon < Time) Forget(entry.Kind);
        _emissions.Sort();
    }

    private Span<FoundEntry> Found => CollectionsMarshal.AsSpan(_found);

    private static ulong HashOf(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    private static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> entry, in JoinEntryHead head) =>
        entry.Slice(JoinEntryHead.Bytes, head.KeyLength);

    private void Forget(JoinEntryKind kind)
    {
        if (kind == JoinEntryKind.Impression)
        {
            _index.Remove(HashOf(_forgetting.Key), _forgetting.Offset);
            if (_settings.EmitsLateActions) _actions.Remove(_forgetting.Offset);
        }
        _forgetting.Advance();
        _index.Start = _forgetting.Offset;
    }

    private void Clear()
    {
        _index.Clear();
        _index.Start = _journal.Start;
        _actions.Clear();
        foreach (var cursor in (ReadOnlySpan<JournalCursor>)[_closing, _deciding, _forgetting]) cursor.Reset(_journal.Start);
        _lookUps.Forget();
        _rows.Forget();
        _emissions.Clear();
        _run.Clear();
        (_open, _counts, Time, Emitted, _forgotten) = (0, default, long.MinValue, 0, 0);
    }
}
