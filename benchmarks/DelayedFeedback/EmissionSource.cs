using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>Says what a mode emits of a stream, in order.</summary>
internal delegate Emission[] EmissionSource(SyntheticFeedbackStream stream, Mode mode, TimeSpan window);
