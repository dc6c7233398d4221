namespace Monolith.Embeddings.AdoNet.Horizons;

/// <summary>All rows.</summary>
internal sealed class NoHorizon : SafeHorizon
{
    public override string? Condition(KeyColumns columns) => null;
}
