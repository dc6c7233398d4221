using Measuring;

namespace SnapshotRatios;

/// <summary>What all measurements share.</summary>
internal sealed class SnapshotContext(SnapshotSettings settings)
{
    public SnapshotSettings Settings => settings;

    public Report Report { get; } = new();

    public bool IsWanted(string name) => name.Contains(settings.Filter, StringComparison.Ordinal);
}
