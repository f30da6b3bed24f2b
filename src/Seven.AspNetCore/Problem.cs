using Microsoft.AspNetCore.Http;

namespace Seven.AspNetCore;

/// <summary>Why a request is refused.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Name">The kind, which ends the problem's type.</param>
/// <param name="Title">The same for people.</param>
internal sealed record Problem(int Status, string Name, string Title)
{
    public static readonly Problem InvalidJson = new(400, "invalid-json", "The body is not the JSON that was expected.");
    public static readonly Problem BlankText = new(400, "blank-text", "A text has no words.");
    public static readonly Problem NoTexts = new(400, "no-texts", "The list of texts is empty.");
    public static readonly Problem InvalidBody = new(400, "invalid-body", "The body could not be read.");
    public static readonly Problem BodyTooLarge = new(413, "body-too-large", "The body is too large.");
    public static readonly Problem TooManyTexts = new(413, "too-many-texts", "The list has too many texts.");
    public static readonly Problem TextTooLong = new(413, "text-too-long", "A text is too long.");
    public static readonly Problem UnsupportedMediaType = new(415, "unsupported-media-type", "The body is of a type that is not read here.");
    public static readonly Problem NotFound = new(404, "not-found", "There is nothing at this path.");
    public static readonly Problem MethodNotAllowed = new(405, "method-not-allowed", "This path has other methods.");
    public static readonly Problem TooSlow = new(408, "too-slow", "The body came too slowly.");
    public static readonly Problem Busy = new(429, "busy", "Too many texts wait.");
    public static readonly Problem Internal = new(500, "internal", "The service has failed.");

    /// <summary>A URN, since the service does not know under which address its documentation lies.</summary>
    public string Type => $"urn:scoring-service:problem:{Name}";

    /// <summary>The problem of a status that the framework has set.</summary>
    public static Problem Of(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => TooSlow,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        >= 500 => Internal,
        _ => InvalidBody,
    };
}

/// <summary>A request that is refused.</summary>
internal sealed class ProblemException(Problem problem, string detail) : Exception(detail)
{
    public Problem Problem => problem;
}
