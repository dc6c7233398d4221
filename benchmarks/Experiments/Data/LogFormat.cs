namespace Experiments.Data;

/// <summary>The forms of data that experiments read.</summary>
internal enum LogFormat
{
    /// <summary><c>user::imdb::rating::seconds</c>; positive is 8 or more.</summary>
    MovieTweetings,

    /// <summary><c>user::movie::rating::seconds</c>; positive is 3.5 or more, as in the paper.</summary>
    MovieLens,

    /// <summary>Comma-separated, with a header; positive is 3.5 or more, as in the paper.</summary>
    MovieLensCsv,

    /// <summary>Day files of <c>session item</c>: clicks, and negatives drawn beside them.</summary>
    Yoochoose,

    /// <summary>The lines of an online shop: sales, and negatives drawn beside them.</summary>
    OnlineRetail,

    /// <summary>Tab-separated: label, 13 integers, 26 hexadecimal categories.</summary>
    Criteo,
}
