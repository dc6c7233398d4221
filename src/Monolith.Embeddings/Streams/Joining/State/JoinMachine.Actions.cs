using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

internal sealed partial class JoinMachine
{
    /// <summary>Processes an action of this millisecond, in the order of keys.</summary>
    /// <param name="entry">Its entry.</param>
    public void AddAction(ReadOnlySpan<byte> entry)
    {
        var head = JoinEntryHead.Read(entry);
        var key = KeyOf(entry, in head);
        var action = JoinedAction.Read(entry[head.PayloadAt..]);
        if (_run.Add(key, in action)) Accept(_journal.Append(Time, entry), key, in action);
        else _counts.DuplicateActions++;
    }

    private void Accept(long offset, ReadOnlySpan<byte> key, in JoinedAction action)
    {
        var hash = HashOf(key);
        var isMatched = false;
        Find(key, hash);
        foreach (ref readonly var found in Found)
        {
            var time = found.Head.Time;
            if (!found.IsImpression || time + _settings.Window < Time || !IsInWindow(time, action.EventTime)) continue;
            isMatched = true;
            var state = Apply(found.Offset, in action);
            if (_settings.EmitsActions && state.Count == 1) EmitPositive(found.Offset, time, key, in state, EmissionKind.Positive);
        }
        // Where a key has one impression at a time, there can be no other for an action that has one.
        if (!isMatched || _settings.IsList) _index.Add(hash, offset, isMatched ? IsMatched : IsWaiting);
    }

    private ActionState Apply(long impression, in JoinedAction action)
    {
        ref var state = ref _actions.GetOrAdd(impression, action.Task);
        // What went out early stays what it was.
        if (_settings.EmitsActions && state.Count > 0) state.Count++;
        else state.Add(_settings.Aggregation, action.EventTime, action.Value);
        return state;
    }

    // An action has waited for impressions as long as there can be some.
    private void Decide()
    {
        var entry = _deciding.Entry;
        var head = JoinEntryHead.Read(entry);
        var key = KeyOf(entry, in head);
        var hash = HashOf(key);
        var self = new PlaceProbe(_deciding.Offset);
        if (_index.TryFind(hash, ref self, -1, out _, out var flags))
        {
            _index.Remove(hash, _deciding.Offset);
            if (flags == IsWaiting) DecideUnmatched(key, hash, JoinedAction.Read(entry[head.PayloadAt..]));
        }
        _deciding.Advance();
    }

    private void DecideUnmatched(ReadOnlySpan<byte> key, ulong hash, in JoinedAction action)
    {
        Find(key, hash);
        var (impression, time) = NewestClosed(action.EventTime);
        if (impression < 0) _counts.Unmatched++;
        else if (!_settings.EmitsLateActions || _actions.Has(impression, action.Task)) _counts.AfterClose++;
        else
        {
            var state = Apply(impression, in action);
            EmitPositive(impression, time, key, in state, EmissionKind.Late);
        }
    }

    private (long Impression, long Time) NewestClosed(long actionTime)
    {
        var (newest, time) = (-1L, 0L);
        foreach (ref readonly var found in Found)
        {
            if (!found.IsImpression || actionTime < found.Head.Time - _settings.Backward) continue;
            if (found.Head.Time + _settings.Window + _settings.Remembered < Time) continue;
            (newest, time) = (found.Offset, found.Head.Time);
        }
        return (newest, time);
    }
}
