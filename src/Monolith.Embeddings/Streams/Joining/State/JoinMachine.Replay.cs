using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

internal sealed partial class JoinMachine
{
    public void Replay(JoinFrontier frontier, in JoinCounts counts)
    {
        Clear();
        _isReplaying = true;
        var entries = new JournalCursor(_journal, null);
        entries.Reset(_journal.Start);
        while (Math.Min(NextTime, entries.TryPeek(out var head) ? head.Time : long.MaxValue) is var time && time < frontier.Time)
            Replay(entries, time);
        if (frontier != JoinFrontier.Start) Replay(entries, frontier.Time);
        _isReplaying = false;
        if (entries.Offset < _journal.End || frontier.Emitted - frontier.Forgotten > _emissions.Count)
        {
            throw new InvalidDataException(
                $"The journal of a joiner does not fit its position: at {frontier.Time} there are {_emissions.Count} examples of "
                + $"{frontier.Emitted - frontier.Forgotten}, and {_journal.End - entries.Offset} bytes are left.");
        }
        (Emitted, _forgotten, _counts) = (frontier.Emitted - frontier.Forgotten, frontier.Forgotten, counts);
    }

    private void Replay(JournalCursor entries, long time)
    {
        Begin(time);
        while (entries.TryPeek(out var head) && head.Time <= time)
        {
            var entry = entries.Entry;
            var key = KeyOf(entry, in head);
            if (head.Kind == JoinEntryKind.Action) Accept(entries.Offset, key, JoinedAction.Read(entry[head.PayloadAt..]));
            else ReplayImpression(entries.Offset, key);
            entries.Advance();
        }
        End();
    }

    // What the journal holds was free when it came.
    private void ReplayImpression(long offset, ReadOnlySpan<byte> key)
    {
        var hash = HashOf(key);
        Find(key, hash);
        Accept(offset, key, hash);
    }
}
