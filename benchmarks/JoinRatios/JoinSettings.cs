namespace JoinRatios;

/// <summary>What is measured.</summary>
/// <param name="Open">How many impressions are open at a time.</param>
/// <param name="Filter">Only results whose name contains this.</param>
/// <param name="Folder">Where scratch files and commits are written.</param>
internal sealed record JoinSettings(int Open, string Filter, string Folder)
{
    public const int FewestOpen = 20_000;

    /// <summary>What cannot be used; null where all can.</summary>
    public string? Error => Open < FewestOpen ? $"--open {Open} is less than {FewestOpen}." : null;
}
