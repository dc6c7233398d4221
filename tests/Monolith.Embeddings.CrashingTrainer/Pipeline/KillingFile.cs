using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>A file in whose writing the process may be killed.</summary>
internal sealed class KillingFile(SnapshotFileStream inner, PipelineKiller killer, PipelineKill kind) : SnapshotFileStream(inner.Name)
{
    protected override void WriteCore(ReadOnlySpan<byte> buffer)
    {
        // Within the bytes: what is there of them is not whole.
        var half = buffer.Length / 2;
        inner.Write(buffer[..half]);
        killer.At(kind);
        inner.Write(buffer[half..]);
    }

    protected override async ValueTask CommitCoreAsync(CancellationToken cancellationToken)
    {
        await inner.CommitAsync(cancellationToken).ConfigureAwait(false);
        killer.At(kind);
    }

    protected override void CloseCore(bool committed) => inner.Dispose();
}
