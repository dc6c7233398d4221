namespace SnapshotRatios;

/// <summary>Some results that are measured together.</summary>
internal abstract class Measurement(SnapshotContext context)
{
    /// <summary>The results that it prints, except those that explain one of these and begin with its name.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    protected SnapshotContext Context { get; } = context;

    public abstract void Run();
}
