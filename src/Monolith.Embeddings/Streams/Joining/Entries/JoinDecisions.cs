using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>The decisions of a joiner up to a batch. Immutable.</summary>
/// <param name="Kept">Those that are kept, in the order in which they were made.</param>
/// <param name="Silences">How often a silence was passed over, since the beginning of the stream.</param>
/// <param name="SetBacks">How often a log's greatest time was set back.</param>
internal sealed record JoinDecisions(IReadOnlyList<JoinDecision> Kept, long Silences, long SetBacks)
{
    /// <summary>As many as a state may have.</summary>
    public const int MaxKept = 1 << 20;

    private const int MaxText = 1024;

    /// <summary>Nothing was decided.</summary>
    public static JoinDecisions None { get; } = new([], 0, 0);

    public static JoinDecisions Read(ref FieldReader fields)
    {
        var kept = fields.List(MaxKept, "decisions", static (ref FieldReader from) => new JoinDecision(
            (JoinerDecisionKind)from.Count((int)JoinerDecisionKind.TimeSetBack, "kinds of decisions"), from.Text(MaxText), from.Int64(),
            from.Int64(), from.Int64(), from.Int64(), from.Int64(), from.Int64(), from.Flag()));
        return new JoinDecisions(kept, fields.Int64(), fields.Int64());
    }

    public void Write(FieldWriter fields)
    {
        fields.List(Kept, static (to, decision) =>
        {
            to.UInt32((uint)decision.Kind);
            to.Text(decision.Log, MaxText);
            foreach (var number in (ReadOnlySpan<long>)
                [
                    decision.AfterRecord, decision.MadeAt, decision.RaisedAt, decision.From, decision.To, decision.Frontier,
                ])
            {
                to.Int64(number);
            }
            to.Flag(decision.IsFinal);
        });
        fields.Int64(Silences);
        fields.Int64(SetBacks);
    }
}
