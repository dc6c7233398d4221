using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>What one learned task has of a model's heads.</summary>
/// <param name="Task">The task.</param>
/// <param name="Logit">The place of its logit among the heads.</param>
/// <param name="Weight">What its losses are multiplied by.</param>
/// <param name="InitialBias">What the global bias of its logit starts at.</param>
internal sealed record TaskHead(LabelTask Task, int Logit, double Weight, float InitialBias)
{
    /// <summary>The place of the logarithm of its delay's rate among the heads; -1 where no delays are learned.</summary>
    public int LogRate { get; init; } = -1;

    /// <summary>How that is handed out; null where no delays are learned.</summary>
    public ModelOutput? Output { get; init; }
}
