using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>How a <see cref="LivePredictor"/> follows its trainer.</summary>
public sealed class LivePredictorOptions : IValidatedOptions
{
    /// <summary>The shortest time between two copies of the dense weights: 1 ms.</summary>
    public static readonly TimeSpan ShortestRefresh = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest time between two copies of the dense weights: a day.</summary>
    public static readonly TimeSpan LongestRefresh = TimeSpan.FromDays(1);

    /// <summary>
    /// How often the dense weights are copied, where the trainer has learned since: <see cref="ShortestRefresh"/> to <see
    /// cref="LongestRefresh"/>, or <see cref="Timeout.InfiniteTimeSpan"/> for when <see cref="LivePredictor.RefreshAsync"/> is called.
    /// Default one second. A copy holds the trainer up between two batches, for as long as the model takes to save itself to memory.
    /// </summary>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What metrics call it (tag <c>replica</c>), not empty. Default <c>live</c>; give those of one process different names.
    /// </summary>
    public string Name { get; set; } = "live";

    /// <summary>
    /// Where <see cref="PredictionRequest.Log(long)"/> writes what was served; owned by the caller. Null (the default) for nowhere.
    /// </summary>
    public ServedLog? ServedLog { get; set; }

    /// <summary>
    /// Where the predictor logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.
    /// </summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(
            RefreshEvery == Timeout.InfiniteTimeSpan || (RefreshEvery >= ShortestRefresh && RefreshEvery <= LongestRefresh),
            nameof(RefreshEvery), $"{RefreshEvery} is neither infinite nor between {ShortestRefresh} and {LongestRefresh}.");
        errors.Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is empty.");
    }

    internal LivePredictorOptions Copy() => (LivePredictorOptions)MemberwiseClone();
}
