namespace OnlineTraining.Data;

/// <summary>The forms of files that the sample reads.</summary>
public enum DatasetFormat
{
    /// <summary><c>user::imdb::rating::seconds</c>.</summary>
    MovieTweetings,

    /// <summary><c>user::movie::rating::seconds</c>.</summary>
    MovieLens,

    /// <summary>Comma-separated, with a header.</summary>
    MovieLensCsv,

    /// <summary>Tab-separated: label, 13 integers, 26 hexadecimal categories.</summary>
    Criteo,
}
