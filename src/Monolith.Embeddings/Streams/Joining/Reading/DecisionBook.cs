using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>The decisions that a joiner makes beside its logs' records. Not thread-safe.</summary>
/// <param name="logger">Logs them; null for no log.</param>
/// <param name="time">The clock.</param>
/// <param name="silentAfter">After how long a silence the clock decides.</param>
internal sealed class DecisionBook(ILogger? logger, TimeProvider time, TimeSpan silentAfter)
{
    /// <summary>How many are kept of those that going on does not need.</summary>
    public const int MostPast = 100;

    private readonly List<JoinDecision> _kept = [];
    private readonly Dictionary<string, HourlyGate> _gates = [];
    private long _silences, _setBacks;
    private JoinDecisions? _current;

    /// <summary>The decisions so far. The same object as long as none is made.</summary>
    public JoinDecisions Current => _current ??= new JoinDecisions([.. _kept], _silences, _setBacks);

    /// <summary>Begins with those of a batch.</summary>
    public void Begin(JoinDecisions decisions)
    {
        _kept.Clear();
        _kept.AddRange(decisions.Kept);
        (_silences, _setBacks, _current) = (decisions.Silences, decisions.SetBacks, decisions);
    }

    /// <summary>Keeps that a silent log is taken to have come as far as others.</summary>
    /// <returns>The decision; where the log's last one holds behind the same record, that one, raised.</returns>
    public JoinDecision PassOver(string log, long afterRecord, long from, long to, long frontier)
    {
        _current = null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var last = _kept.FindLastIndex(decision => decision.Log == log);
        if (last >= 0 && !_kept[last].IsFinal && _kept[last].AfterRecord == afterRecord)
        {
            return _kept[last] = _kept[last] with { To = to, RaisedAt = now };
        }
        _silences++;
        if (!_gates.TryGetValue(log, out var gate)) _gates.Add(log, gate = new HourlyGate(time));
        if (logger is not null && gate.TryEnter()) logger.PassedOver(log, silentAfter);
        return Add(new JoinDecision(JoinerDecisionKind.SilencePassedOver, log, afterRecord, now, now, from, to, frontier, false));
    }

    /// <summary>Raises a decision no more.</summary>
    public void Finish(JoinDecision decision)
    {
        _current = null;
        var last = _kept.FindLastIndex(kept => kept == decision);
        _kept[last] = decision with { IsFinal = true };
    }

    /// <summary>Raises the last decision about a log no more.</summary>
    public void FinishLast(string log)
    {
        var last = _kept.FindLastIndex(decision => decision.Log == log);
        if (last >= 0 && !_kept[last].IsFinal) Finish(_kept[last]);
    }

    /// <summary>Keeps that a log's greatest time was wrong.</summary>
    public JoinDecision SetBack(string log, long afterRecord, long from, long to, long frontier)
    {
        _current = null;
        _setBacks++;
        logger?.WasSetBack(log, afterRecord, TimeOf(from), TimeOf(to), TimeOf(frontier));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Add(new JoinDecision(JoinerDecisionKind.TimeSetBack, log, afterRecord, now, now, from, to, frontier, true));
    }

    /// <summary>Forgets the oldest of those that going on does not need.</summary>
    /// <param name="isPast">Whether it needs one no more.</param>
    public void Forget(Func<JoinDecision, bool> isPast)
    {
        if (_kept.Count <= MostPast) return;
        var left = _kept.Count(isPast) - MostPast;
        if (left <= 0) return;
        _current = null;
        _kept.RemoveAll(decision => left > 0 && isPast(decision) && left-- > 0);
    }

    private JoinDecision Add(JoinDecision decision)
    {
        _kept.Add(decision);
        return decision;
    }

    private static DateTimeOffset? TimeOf(long milliseconds) =>
        milliseconds == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
