using Monolith.Embeddings.Datasets;

namespace Experiments.Freshness;

/// <summary>An event of the stream; some have an id that never occurred before, by which its arrival in a replica is seen.</summary>
/// <param name="Click">The event.</param>
/// <param name="Probe">The id's number, from 0; -1 for none.</param>
internal readonly record struct FreshEvent(SyntheticClick Click, int Probe);
