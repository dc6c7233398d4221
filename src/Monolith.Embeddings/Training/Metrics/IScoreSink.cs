namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Where scored examples go; a loop over it is compiled for each kind by itself.</summary>
internal interface IScoreSink
{
    /// <summary>Takes an example that was scored.</summary>
    void Add(int row, float logit, float label, double weight);

    /// <summary>Counts one that was scored by what was served.</summary>
    void CountAsServed(int row);

    /// <summary>Counts one that has a label and no finite logit.</summary>
    void CountUnscored(int row);
}
