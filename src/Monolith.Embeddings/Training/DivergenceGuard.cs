using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Stops a run that diverges: at once where dense weights are no longer finite; where too large a share of the row updates, or of the
/// examples, was refused for its numbers, when it is asked, which is before each commit and report. Not thread-safe.
/// </summary>
/// <param name="tables">Count what they refuse.</param>
/// <param name="model">Says whether its weights are finite.</param>
/// <param name="limit">The largest share that may be refused.</param>
internal sealed class DivergenceGuard(TableSet tables, OnlineModel model, double limit)
{
    // Fewer are no share of anything.
    private const long FewestRefused = 100;

    // Shares are of spans of about this many, so that a stream of months does not hide a bad hour.
    private const long SpanUpdates = 100_000, SpanExamples = 10_000;

    private long? _refusedBefore;
    private long _updates, _examples, _lost;

    /// <summary>Notes a batch.</summary>
    /// <param name="updates">How many row updates it had.</param>
    /// <param name="examples">How many examples.</param>
    /// <param name="lost">How many of them had a label, but were not scored.</param>
    public void AfterBatch(long updates, int examples, long lost) =>
        (_updates, _examples, _lost) = (_updates + updates, _examples + examples, _lost + lost);

    /// <summary>Looks at the dense weights.</summary>
    /// <param name="step">How many batches were learned from.</param>
    /// <exception cref="TrainingDivergedException">One is not finite.</exception>
    public void RequireFinite(long step)
    {
        if (model.HasFiniteWeights) return;
        throw new TrainingDivergedException(
            $"After {step} steps a dense weight of the model '{model.Name}', or a number that its optimizer keeps, is infinite, or none. "
                + $"Nothing of it is committed. Lower the model's "
            + "learning rate or clip its gradients, and begin again from the newest commit, or with a new model.");
    }

    /// <summary>Notes what was refused before the first batch.</summary>
    public async ValueTask BeginAsync() => _refusedBefore ??= await RefusedByAsync().ConfigureAwait(false);

    /// <summary>Looks at the shares.</summary>
    /// <exception cref="TrainingDivergedException">One is beyond the limit.</exception>
    public async ValueTask RequireFewRefusedAsync()
    {
        // Before the first batch nothing can have been refused: a trainer that never ran may commit.
        if (_refusedBefore is not { } before) return;
        var refused = await RefusedByAsync().ConfigureAwait(false) - before;
        Require(refused, _updates, "row updates");
        Require(_lost, _examples, "examples");
        if (_updates < SpanUpdates && _examples < SpanExamples) return;
        _refusedBefore = before + refused;
        (_updates, _examples, _lost) = (0, 0, 0);
    }

    private void Require(long refused, long tried, string what)
    {
        if (refused < FewestRefused || refused <= limit * tried) return;
        throw new TrainingDivergedException(
            $"{refused} of the last {tried} {what} were refused because a number was infinite, none, or absurd; "
                + $"{nameof(OnlineTrainerOptions.MaxRefusedShare)} allows {limit:R} of them. Training stops "
            + "before a commit. The statistics of the tables say by cause what was refused, and the log names ids. Lower the learning "
                + "rates, clip gradients, or look at the weights, labels and features "
            + $"of the stream; then begin again from the newest commit. To go on nevertheless, raise "
                + $"{nameof(OnlineTrainerOptions.MaxRefusedShare)}.");
    }

    private async ValueTask<long> RefusedByAsync()
    {
        var refused = 0L;
        foreach (var told in await tables.GetStatisticsAsync().ConfigureAwait(false))
            refused += told.NonFiniteGradients + told.NonFiniteUpdates + told.PrecisionOverflows;
        return refused;
    }
}
