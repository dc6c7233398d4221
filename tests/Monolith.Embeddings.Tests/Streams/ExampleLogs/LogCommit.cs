using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>A commit of a trainer, as much of it as a source has.</summary>
internal sealed record LogCommit(StreamPosition At, int Trained, SourceState State)
{
    /// <summary>Writes what a source says of itself, as a trainer does before its commit is durable.</summary>
    public static async Task<LogCommit> WriteAsync(ExampleSource source, StreamPosition at, int trained) =>
        new(at, trained, await source.CaptureState(at).CopyAsync(CancellationToken.None));

    public ValueTask RestoreAsync(ExampleSource source) => source.RestoreStateAsync(At, State, CancellationToken.None);
}
