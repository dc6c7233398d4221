using System.Diagnostics.CodeAnalysis;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Lets one at a time have the model of a trainer: the thread that learns, or one that copies its weights between two batches. Costs a
/// batch almost nothing where no thread copies.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It makes no wait handle, so that there is nothing to dispose.")]
internal sealed class ModelGate
{
    private readonly SemaphoreSlim _entry = new(1);

    /// <summary>Another number whenever the model may have changed. Read inside.</summary>
    public long Version { get; private set; }

    /// <summary>Whether no thread copies any more. Set and read inside.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Waits until the model is free; <see cref="Exit"/> must follow.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _entry.WaitAsync(cancellationToken);

    /// <summary>Waits until the model is free, on the caller's thread; <see cref="Exit"/> must follow.</summary>
    public void Enter() => _entry.Wait();

    /// <summary>Says that the model changes. Called inside.</summary>
    public void Change() => Version++;

    /// <summary>Lets others have the model.</summary>
    public void Exit() => _entry.Release();
}
