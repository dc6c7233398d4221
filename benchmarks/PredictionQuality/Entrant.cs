using OnlineTraining.Contest;
using OnlineTraining.Data;

namespace PredictionQuality;

/// <summary>One line of the table: a model on some slots, with its own rates and its own way to make ids.</summary>
/// <param name="Name">The name, for people.</param>
/// <param name="Dataset">What it sees.</param>
/// <param name="Settings">Its numbers; the seed is set for each run.</param>
/// <param name="HashedRows">The size of its table; null where every id owns its row.</param>
internal sealed record Entrant(string Name, Dataset Dataset, ModelSettings Settings, long? HashedRows = null);
