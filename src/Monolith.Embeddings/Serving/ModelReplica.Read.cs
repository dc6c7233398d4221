using Monolith.Embeddings.Serving.Requests;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private protected override ulong? AsOf(string table) => Version.NumberOf(table);

    /// <summary>What the replica holds now, leased.</summary>
    /// <exception cref="ReplicaNotReadyException">It holds no commit yet.</exception>
    internal override ServingState Acquire()
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
