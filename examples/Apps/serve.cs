#!/usr/bin/env dotnet
// Puts a model behind HTTP: dotnet run serve.cs MODEL-FOLDER
// In a folder of your own, with packages in place of this repository: #:package Seven.AspNetCore@*
#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/Seven.AspNetCore/Seven.AspNetCore.csproj
#:property PublishAot=false

using Seven.AspNetCore;

if (args is not [var folder])
{
    Console.Error.WriteLine($"{args.Length} arguments are given; expected a model's folder, or its name on Hugging Face's hub.");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.AddTextScoring(new TextScoringOptions { ModelFolder = folder });     // POST /classify, or /embed for a model of sentence embeddings

await using var app = builder.Build();
app.MapTextScoring();                                                   // endpoints, health, problem details for every bad request
app.Urls.Add("http://127.0.0.1:5080");
await app.RunAsync();
return 0;
