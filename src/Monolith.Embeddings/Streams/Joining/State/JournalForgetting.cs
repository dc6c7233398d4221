using System.Text;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>
/// What of a journal stays where ids are forgotten: all but the impressions that have one, and the actions of which no other impression has
/// the key.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="forgotten">Tells the impressions.</param>
/// <param name="mark">The part that counts.</param>
internal sealed class JournalForgetting(JoinJournal journal, ForgottenImpressions forgotten, JoinMark mark)
{
    private const int BlockBytes = 32 << 10;

    private readonly JournalReader _reader = new(journal, BlockBytes);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>The places of the impressions, after <see cref="Look"/>.</summary>
    public HashSet<long> Impressions { get; } = [];

    /// <summary>Looks for the impressions.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        Walk(JoinEntryKind.Impression, (at, head) =>
        {
            if (!forgotten.Has(_reader.Bytes(at, head.Length))) return;
            Impressions.Add(at);
            _keys.Add(KeyAt(at, in head));
        }, cancellationToken);
        if (Impressions.Count == 0) return;
        Walk(JoinEntryKind.Impression, (at, head) =>
        {
            if (!Impressions.Contains(at)) _keys.Remove(KeyAt(at, in head));
        }, cancellationToken);
    }

    /// <summary>Copies what stays.</summary>
    /// <param name="to">Receives it; empty.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Copy(JoinStore to, CancellationToken cancellationToken) => Walk(null, (at, head) =>
    {
        var isGone = head.Kind == JoinEntryKind.Impression ? Impressions.Contains(at) : _keys.Contains(KeyAt(at, in head));
        if (!isGone) to.Append(_reader.Bytes(at, head.Length));
    }, cancellationToken);

    // Bytes as chars of the same numbers: equal keys are equal texts.
    private string KeyAt(long at, in JoinEntryHead head) =>
        Encoding.Latin1.GetString(_reader.Bytes(at, head.PayloadAt)[JoinEntryHead.Bytes..]);

    private void Walk(JoinEntryKind? kind, Action<long, JoinEntryHead> visit, CancellationToken cancellationToken)
    {
        for (var at = mark.JournalStart; at < mark.JournalEnd;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var head = _reader.Head(at);
            if (kind is null || head.Kind == kind) visit(at, head);
            at += head.Length;
        }
    }
}
