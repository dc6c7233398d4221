using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <content>What decides beside the partition's own records, and is recorded.</content>
internal sealed partial class PartitionTrack
{
    private readonly List<JoinDecision> _repeated = [];

    /// <summary>Whether recorded decisions are still to be met: what follows them was read, and perhaps processed, already.</summary>
    public bool IsRepeating => _repeated.Count > 0;

    /// <summary>Whether records that are processed are still to be read again.</summary>
    public bool IsReadAgain => Number < _through;

    /// <summary>
    /// Whether the clock may pass over it: all that is processed is read again, and nothing of that is held. What is, its end had decided.
    /// </summary>
    public bool CanBePassedOver => !IsEnded && !IsRepeating && !IsReadAgain && (_held.Count == 0 || Number > _through);

    /// <summary>Whether a decision of this partition lies behind its place: going on needs it no more.</summary>
    public bool IsBehind(JoinDecision decision) => decision.AfterRecord < _done.Number;

    /// <summary>It was silent for too long: it is taken to have come as far as others.</summary>
    /// <param name="to">How far.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    /// <returns>Whether it had not come so far.</returns>
    public bool PassOver(long to, long processed)
    {
        if (to <= Greatest) return false;
        if (IsBeyond(processed)) book.FinishLast(name);
        var decision = book.PassOver(name, Number, Greatest, to, processed);
        // Raised again, it would judge what it has let go as if that were held still.
        if (Raise(decision, processed)) book.Finish(decision);
        return true;
    }

    // What was decided before a place is part of what the place says. A silence at the place may be newer than it; a set back there is what
    // made the place, and what was decided before that is part of it too.
    private void BeginRepeating(long processed)
    {
        _repeated.Clear();
        foreach (var decision in book.Current.Kept)
        {
            if (decision.Log != name || decision.AfterRecord < Number) continue;
            if (decision.AfterRecord == Number && decision.Kind == JoinerDecisionKind.TimeSetBack) _repeated.Clear();
            else _repeated.Add(decision);
        }
        Repeat(processed);
    }

    private void Repeat(long processed)
    {
        while (_repeated.Count > 0 && _repeated[0].AfterRecord <= Number)
        {
            var next = _repeated[0];
            if (next.Kind == JoinerDecisionKind.TimeSetBack) ForgetRepeated(processed);
            else
            {
                _repeated.RemoveAt(0);
                Raise(next, processed);
            }
        }
    }

    // They are not met again: the log, or how times are judged, is another than before. What they were to drop must not be processed.
    private void ForgetRepeated(long processed)
    {
        if (!IsRepeating) return;
        _repeated.Clear();
        DropWaiting(arrival => arrival.Time <= processed);
    }

    // What a recorded decision will drop was not processed, though what came after it was.
    private bool WillBeDropped(long time)
    {
        foreach (var decision in _repeated)
        {
            if (decision.Kind == JoinerDecisionKind.TimeSetBack && time > decision.To + settings.MaxJump && time > decision.Frontier)
                return true;
        }
        return false;
    }

    // Whether more is processed than its watermark lets go: an earlier reading had come farther, or to its end.
    private bool IsBeyond(long frontier) => frontier > _read.Floor && frontier >= Before(Greatest);

    // Returns whether some of the records that were held are not any longer.
    private bool Raise(JoinDecision decision, long processed)
    {
        if (decision.To <= Greatest) return false;
        var held = _held.Count;
        _read = _read with { Greatest = decision.To, Floor = Math.Max(_read.Floor, decision.Frontier) };
        if (decision.From == long.MinValue || decision.To > decision.From + settings.MaxJump)
            _read = _read with { Era = decision.To, Leap = Number };
        JudgeAgain(processed);
        return _held.Count < held;
    }

    // So many in a row lie behind all that came since the last leap: the leap was wrong. What was processed meanwhile stays so.
    private void SetBack(long processed)
    {
        var (from, to) = (Greatest, _held.Max(held => held.Time));
        var frontier = RecordedSetBack()?.Frontier ?? book.SetBack(name, Number, from, to, processed).Frontier;
        DropWaiting(arrival => arrival.Time > to + settings.MaxJump);
        _read = _read with { Greatest = _held[0].Time, Floor = Math.Max(_read.Floor, frontier) };
        BeginEra(Number);
        AdmitHeld(processed);
    }

    private JoinDecision? RecordedSetBack()
    {
        var at = _repeated.FindIndex(
            decision => decision.Kind == JoinerDecisionKind.TimeSetBack && decision.AfterRecord == Number);
        if (at < 0) return null;
        var recorded = _repeated[at];
        _repeated.RemoveRange(0, at + 1);
        return recorded;
    }

    // What waits with times that are now known to be wrong would wait for years, and the place before it with it.
    private void DropWaiting(Predicate<Arrival> isWrong)
    {
        var (dropped, isAny) = (0, false);
        foreach (var number in _arrivals.Numbers)
        {
            ref var arrival = ref _arrivals[number];
            if (!arrival.IsProcessed && isWrong(arrival))
            {
                (arrival.IsProcessed, isAny) = (true, true);
                buffer.Remove(arrival.Time, index, number);
                dropped++;
            }
            // A place after what was dropped, and before where it was, would not count it.
            if (isAny) arrival.IsCut = false;
        }
        _read = _read with { FarAhead = _read.FarAhead + dropped };
        PassProcessed();
    }
}
