using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Answers lookups and predictions: from the commits of a trainer in another process (<see cref="ModelReplica"/>), or beside a trainer in
/// this one (<see cref="LivePredictor"/>). What serves a request need not know which.
/// </summary>
/// <remarks>Thread-safe: any member from any thread. A row is never read half-written, and no lookup ever admits an id.</remarks>
/// <example>
/// <code>
/// long[] candidates = [1, 2, 3];
/// using var request = predictor.Rent(candidates.Length);
/// request.Shared.Id(user, 42);
/// foreach (var candidate in candidates) request.Add().Id(item, candidate);
/// var scores = new float[candidates.Length];
/// predictor.Predict(request, scores);
/// </code>
/// </example>
public abstract partial class Predictor : IAsyncDisposable
{
    private protected Predictor()
    {
    }

    /// <summary>Whether it can answer by what a trainer has learned. Once true, it stays true.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Reads rows. Nothing is allocated in steady state.</summary>
    /// <param name="table">A table's name.</param>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, the table's dimension]; zeros for an id without a row.</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public int Lookup(string table, ReadOnlySpan<long> ids, Span<float> output)
    {
        var state = Acquire();
        try
        {
            return state.Lookup(state.PlaceOf(table), ids, output);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>Rents a request of the schema of the model that serves now. Nothing is allocated in steady state.</summary>
    /// <param name="rows">How many candidates to make room for, at least 0; there may be more.</param>
    /// <returns>An empty request, to be disposed by the caller.</returns>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    public PredictionRequest Rent(int rows)
    {
        OutOfRange.ThrowIfLess(rows, 0);
        var state = Acquire();
        try
        {
            var buffers = state.Model.RentRequest();
            return new PredictionRequest(buffers, buffers.Begin(this, state, rows));
        }
        catch
        {
            state.Release();
            throw;
        }
    }

    /// <summary>
    /// Predicts the candidates of a request by the newest weights; by those of the model that it was rented from, where that has been
    /// swapped for another one since. Different requests may be predicted at once; nothing is allocated in steady state.
    /// </summary>
    /// <param name="request">A request of this predictor.</param>
    /// <param name="scores">
    /// Receives the probability of each task for each candidate, [candidates, tasks]; NaN for a task that the model does not learn.
    /// </param>
    /// <exception cref="ArgumentException">The length does not fit, or the request is another predictor's; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The request is in use by another thread.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The predictor is disposed, the request was handed back, or the tables of a live predictor are disposed.
    /// </exception>
    public void Predict(PredictionRequest request, Span<float> scores) => request.Predict(this, scores, withOutputs: false);

    /// <summary>
    /// Predicts as <see cref="Predict"/> does, and also what the model puts out beside its logits, which <see
    /// cref="PredictionRequest.Output(string)"/> gives. Scores and outputs are of the same weights.
    /// </summary>
    /// <inheritdoc cref="Predict" path="/param" />
    /// <inheritdoc cref="Predict" path="/exception" />
    public void PredictWithOutputs(PredictionRequest request, Span<float> scores) => request.Predict(this, scores, withOutputs: true);

    /// <summary>
    /// This predictor as the pilot of a sampler (<see cref="SubsamplingOptions.Pilot"/>): it predicts examples before they are learned
    /// from. One that follows a trainer changes meanwhile; say so by <see cref="SubsamplingOptions.IsDeterministic"/>. Its requests are not
    /// logged.
    /// </summary>
    /// <param name="task">The task that is sampled: one of the predictor's schema, or of one like it.</param>
    /// <returns>
    /// The pilot; for one reading at a time. It ends the reading by what <see cref="Rent"/> and <see cref="Predict"/> throw, and by <see
    /// cref="ArgumentException"/> where the examples are of another schema.
    /// </returns>
    public PilotPrediction ToPilot(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new PredictorPilot(this, task).Predict;
    }

    /// <summary>Stops following the trainer. What requests and calls still use is freed by the last of them.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>What metrics call it.</summary>
    internal abstract string Name { get; }

    /// <summary>Where what is served is logged; null for nowhere.</summary>
    internal abstract ServedLog? ServedLog { get; }

    /// <summary>The version of the model that predicts: the number of a commit, or how many batches it had learned from.</summary>
    internal abstract long ModelVersion { get; }

    /// <summary>The clock of what is logged.</summary>
    internal abstract TimeProvider Clock { get; }

    /// <summary>What it holds now, leased.</summary>
    /// <exception cref="ReplicaNotReadyException">It holds nothing yet.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    internal abstract ServingState Acquire();
}
