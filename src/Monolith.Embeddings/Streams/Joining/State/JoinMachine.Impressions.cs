using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

internal sealed partial class JoinMachine
{
    /// <summary>Processes an impression of this millisecond.</summary>
    /// <param name="entry">Its entry.</param>
    public void AddImpression(ReadOnlySpan<byte> entry)
    {
        var head = JoinEntryHead.Read(entry);
        var key = KeyOf(entry, in head);
        var hash = HashOf(key);
        Find(key, hash);
        if (IsFree()) Accept(_journal.Append(Time, entry), key, hash);
    }

    private void Find(ReadOnlySpan<byte> key, ulong hash)
    {
        _found.Clear();
        var probe = new KeyProbe(_lookUps, key, _found);
        _index.TryFind(hash, ref probe, -1, out _, out _);
    }

    // Whether no other impression has the key that was looked for.
    private bool IsFree()
    {
        var isTaken = false;
        foreach (ref readonly var found in Found)
        {
            if (!found.IsImpression || found.Head.Time + _settings.Window + _settings.Remembered < Time) continue;
            if (found.Head.Time == Time)
            {
                _counts.Duplicates++;
                return false;
            }
            isTaken = true;
        }
        if (!isTaken || _settings.IsList) return true;
        _counts.Conflicts++;
        return false;
    }

    // What has its key was found.
    private void Accept(long offset, ReadOnlySpan<byte> key, ulong hash)
    {
        _open++;
        if (_settings.EmitsImpressions)
        {
            var negative = new JoinEmission { Impression = offset, Kind = EmissionKind.Negative, Task = -1, Delay = float.NaN };
            _emissions.Add(negative, key).Fill(JoinLabels.Default);
        }
        if (_found.Count > 0) TakeWaiting(offset, key, hash);
        _index.Add(hash, offset, IsImpression);
    }

    // Actions that came before it, and whose backward window holds it.
    private void TakeWaiting(long impression, ReadOnlySpan<byte> key, ulong hash)
    {
        foreach (ref readonly var found in Found)
        {
            if (found.IsImpression) continue;
            var action = JoinedAction.Read(_lookUps.Bytes(found.Offset, found.Head.Length)[found.Head.PayloadAt..]);
            if (!IsInWindow(Time, action.EventTime)) continue;
            _index.TrySetFlags(hash, found.Offset, IsMatched);
            Apply(impression, in action);
        }
        if (!_settings.EmitsActions) return;
        foreach (var task in _settings.Tasks)
        {
            if (_actions.TryGet(impression, task, out var state)) EmitPositive(impression, Time, key, in state, EmissionKind.Positive);
        }
    }

    // Whether an action counts for an impression, by their event times.
    private bool IsInWindow(long impression, long action) =>
        action >= impression - _settings.Backward && action <= impression + _settings.Window;
}
