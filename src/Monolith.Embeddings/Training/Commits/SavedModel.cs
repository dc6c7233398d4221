using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>The state of a trainer's model between two batches.</summary>
/// <param name="Sections">The state, for one to load; null where it is of the version that the caller knows.</param>
/// <param name="Version">See <see cref="ModelGate.Version"/>.</param>
/// <param name="Step">How many batches were learned from.</param>
internal sealed record SavedModel(ModelSections? Sections, long Version, long Step);
