using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    /// <summary>Reads rows. Nothing is allocated in steady state.</summary>
    /// <param name="table">A table's name.</param>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, the table's dimension]; zeros for an id without a row.</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ReplicaNotReadyException">The replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public int Lookup(string table, ReadOnlySpan<long> ids, Span<float> output)
    {
        var state = Acquire();
        try
        {
            return state.Table(table).Lookup(ids, output);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>Rents a request of the schema of the model that serves now. Nothing is allocated in steady state.</summary>
    /// <param name="rows">How many candidates to make room for, at least 0; there may be more.</param>
    /// <returns>An empty request, to be disposed by the caller.</returns>
    /// <exception cref="ReplicaNotReadyException">The replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public ReplicaRequest Rent(int rows)
    {
        OutOfRange.ThrowIfLess(rows, 0);
        var state = Acquire();
        try
        {
            var buffers = state.Model.RentRequest();
            return new ReplicaRequest(buffers, buffers.Begin(this, state, rows));
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
    /// <param name="request">A request of this replica.</param>
    /// <param name="scores">
    /// Receives the probability of each task for each candidate, [candidates, tasks]; NaN for a task that the model does not learn.
    /// </param>
    /// <exception cref="ArgumentException">The length does not fit, or the request is another replica's; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The request is in use by another thread.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed, or the request was handed back.</exception>
    public void Predict(ReplicaRequest request, Span<float> scores) => request.Predict(this, scores, withOutputs: false);

    /// <summary>
    /// Predicts as <see cref="Predict"/> does, and also what the model puts out beside its logits, which <see
    /// cref="ReplicaRequest.Output(string)"/> gives. Scores and outputs are of the same weights.
    /// </summary>
    /// <inheritdoc cref="Predict" path="/param" />
    /// <inheritdoc cref="Predict" path="/exception" />
    public void PredictWithOutputs(ReplicaRequest request, Span<float> scores) => request.Predict(this, scores, withOutputs: true);

    /// <summary>What the replica holds now, leased.</summary>
    /// <exception cref="ReplicaNotReadyException">It holds no commit yet.</exception>
    internal ReplicaState Acquire()
    {
        while (true)
        {
            if (Volatile.Read(ref _state) is { } state)
            {
                if (state.TryAcquire()) return state;
                continue;
            }
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), this);
            // Where it is ready by now, there is a state.
            if (!IsReady) throw NotReady();
        }
    }
}
