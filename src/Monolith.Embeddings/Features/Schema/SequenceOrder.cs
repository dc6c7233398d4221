namespace Monolith.Embeddings.Features;

/// <summary>
/// In what order the steps of a sequence are written, and stand in the model's input. Of more steps than fit, the newest are kept in either
/// order, whether they are written one by one or all at once.
/// </summary>
/// <example>
/// <code>
/// var recent = f.Sequence("recent", "items", maxLength: 50, SequenceOrder.OldestFirst, "hours_ago", "bought");
/// // In the encoder, the oldest step first:
/// foreach (var visit in visits) writer.Step(recent, visit.Item, (float)(now - visit.Time).TotalHours, visit.Bought ? 1 : 0);
/// </code>
/// </example>
public enum SequenceOrder
{
    /// <summary>The newest step is written first. What is written beyond the greatest length is dropped.</summary>
    NewestFirst,

    /// <summary>The newest step is written last. Beyond the greatest length, each step that is written drops the oldest one.</summary>
    OldestFirst,
}
