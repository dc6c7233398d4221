using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Makes an entry of what a record says. Used by one thread.</summary>
/// <param name="key">Writes keys.</param>
/// <param name="impressions">How impressions are read.</param>
/// <param name="actions">How actions are read.</param>
/// <param name="row">Receives impressions, one at a time.</param>
internal sealed class RecordSink<TKey, TImpression, TAction>(
    JoinKey<TKey> key, JoinedImpressions<TKey, TImpression> impressions, JoinedActions<TKey, TAction> actions,
    ExampleBatch row)
{
    private readonly ExampleRowFormat _format = new(impressions.Encoder.Schema);
    private readonly EntryBuffer _entry = new();
    private bool _isWritten;

    /// <summary>What the record is.</summary>
    public RecordPhase Phase { get; private set; }

    /// <summary>Its event time.</summary>
    public long Time { get; private set; }

    /// <summary>Its entry; empty for a punctuation.</summary>
    public Span<byte> Entry => Phase == RecordPhase.Punctuation ? [] : _entry.Written;

    /// <summary>Whether its encoder left it out.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>Begins a record.</summary>
    public void Begin() => (Phase, _isWritten, IsSkipped) = (RecordPhase.Nothing, false, false);

    /// <summary>The record is an impression.</summary>
    public void Impression(in TImpression impression)
    {
        RequireFirst();
        row.Clear();
        IsSkipped = !impressions.Encoder.Encode(in impression, row);
        if (IsSkipped) return;
        var time = row.EventTimesMilliseconds[0];
        if (time == 0)
        {
            throw new InvalidOperationException(
                $"The encoder wrote no time for an impression, and a joiner goes by times: let it call {nameof(ExampleWriter.At)}.");
        }
        Require(time);
        _entry.Begin(key, impressions.Key(impression));
        _format.Write(row, 0, _entry);
        _entry.End(JoinEntryKind.Impression, time);
        (Phase, Time) = (RecordPhase.Impression, time);
    }

    /// <summary>The record is an action.</summary>
    public void Action(in TAction action)
    {
        RequireFirst();
        var time = actions.Time(action).ToUnixTimeMilliseconds();
        var label = actions.Label(action);
        actions.Require(label);
        _entry.Begin(key, actions.Key(action));
        new JoinedAction(time, label.Task.Index, label.Value).Write(_entry.GetSpan(JoinedAction.Bytes));
        _entry.Advance(JoinedAction.Bytes);
        _entry.End(JoinEntryKind.Action, time);
        (Phase, Time) = (RecordPhase.Action, time);
    }

    /// <summary>The record is a time alone.</summary>
    public void Punctuation(long time)
    {
        RequireFirst();
        Require(time);
        (Phase, Time) = (RecordPhase.Punctuation, time);
    }

    private static void Require(long time)
    {
        if (time is < JoinLimits.EarliestTime or > JoinLimits.LatestTime)
            throw OutOfRange.Of(nameof(time), time, "An event time, in Unix milliseconds, is in the years 1 to 9999.");
    }

    private void RequireFirst()
    {
        if (_isWritten) throw new InvalidOperationException("A record is one impression, one action, one punctuation, or nothing.");
        _isWritten = true;
    }
}
