namespace Monolith.Embeddings.Training;

/// <summary>Where the time of a batch goes.</summary>
public enum TrainingPhase
{
    /// <summary>Waiting for the next batch to be read and parsed.</summary>
    Read,

    /// <summary>Making ids unique, looking their rows up, pooling.</summary>
    Lookup,

    /// <summary>The model's prediction; zero unless <see cref="OnlineTrainerOptions.ProfileModel"/>.</summary>
    Forward,

    /// <summary>The model's learning; with its prediction unless <see cref="OnlineTrainerOptions.ProfileModel"/>.</summary>
    Backward,

    /// <summary>Summing gradients onto ids, and applying them to their rows.</summary>
    Apply,

    /// <summary>Scoring, reporting, evicting.</summary>
    Other,
}
