namespace Monolith.Embeddings.Models;

/// <summary>What a section of a model is needed for; the numbers stand in files.</summary>
public enum SectionRole
{
    /// <summary>To predict: the dense weights.</summary>
    Weights,

    /// <summary>To go on learning only: what an optimizer keeps, steps that were made.</summary>
    TrainingState,
}
