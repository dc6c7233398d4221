// docs/guide/rollback.md shows what stands between the two marks, to the letter; RollbackPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;

/// <summary>A twentieth of the users get the newest version, the others the one that is known to be good.</summary>
public sealed class TwoVersions(ModelReplica good, ModelReplica newest, LabelTask click) : IAsyncDisposable
{
    private readonly ShadowPredictor _shadow = new(newest);

    public CanaryPair Pair { get; } = new(good, newest, new() { Share = 0.05, Seed = 7 });

    /// <summary>How far the newest version is from what was answered.</summary>
    public ShadowFigures Shadow => _shadow.Figures;

    /// <summary>Scores items for a user, by the user's arm. Log the arm with the scores: labels are reported to it.</summary>
    public (CanaryArm Arm, float[] Scores) Score(long user, FeatureSlot slot, ReadOnlySpan<long> items)
    {
        var arm = Pair.ArmOf(user);
        using var request = arm.Rent(items.Length);
        foreach (var item in items) request.Add().Id(slot, item);
        var scores = new float[items.Length];
        arm.Predict(request, scores);
        // The shadow's scores are only compared; of the newest version itself they would say nothing.
        if (arm == Pair.Main) _shadow.Offer(request, scores);
        return (arm, scores);
    }

    /// <summary>A click came, or the time for one has passed.</summary>
    public void Report(CanaryArm arm, float score, bool isClicked) => arm.Report(click, score, isClicked ? 1 : 0);

    /// <summary>Whether the newest version predicts the labels of its users no worse than the good one those of the others.</summary>
    public bool IsNewestAsGood(long minLabels)
    {
        var (main, canary) = (Pair.Main.Figures.Tasks.Single(), Pair.Canary.Figures.Tasks.Single());
        return main.Labels >= minLabels && canary.Labels >= minLabels && canary.LogLoss <= main.LogLoss * 1.02;
    }

    /// <summary>Sends no user to the newest version from the next request on.</summary>
    public void Stop() => Pair.Share = 0;

    public ValueTask DisposeAsync() => _shadow.DisposeAsync();
}
// </page>
